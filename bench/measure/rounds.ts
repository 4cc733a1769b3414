/**
 * Measures every subject once a round, so that whatever else the machine does hits all alike. Each
 * round begins at another subject: no one is always measured after the same neighbour's rest.
 */
export async function runRounds<Subject>(
  title: string,
  rounds: number,
  subjects: readonly Subject[],
  measure: (subject: Subject) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const first = Math.floor((round * subjects.length) / rounds)
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)])
      await measure(subject)
    console.error(`${title}: round ${round + 1} of ${rounds}`)
  }
}
