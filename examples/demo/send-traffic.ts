/** What came back for one path. */
export interface Answered {
  readonly path: string
  readonly status: number
}

const PATHS: readonly string[] = [
  ...Array.from({ length: 20 }, (_, index) => `/users/${index % 2 === 0 ? '1' : '2'}`),
  '/users/none',
  '/nowhere',
  '/users/7',
]

/** Sends one request after the other to the service at `url`; the last one fails. */
export async function sendTraffic(url: string): Promise<readonly Answered[]> {
  const answers: Answered[] = []
  for (const path of PATHS) {
    const response = await fetch(new URL(path, url))
    await response.text()
    answers.push({ path, status: response.status })
  }
  return answers
}
