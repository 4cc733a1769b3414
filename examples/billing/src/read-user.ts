/** Asks the service `users` for one user. Rejects when it does not give one. */
export async function readUser(usersUrl: string, id: string): Promise<unknown> {
  const response = await fetch(new URL(`/users/${id}`, usersUrl))
  if (!response.ok) throw new Error(`users answered ${response.status} for user ${id}`)
  return response.json()
}
