/** What a browser's request has by the time a gateway has passed it on, without the trace headers of a mesh. */
export const GATEWAY_HEADERS: Readonly<Record<string, string>> = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  accept: 'application/json, text/plain, */*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'shop.example.com',
  'x-forwarded-proto': 'https',
  'x-request-id': '4bf92f3577b34da6a3ce929d0e0e4736',
}
