// Runs the audits of graphql-http against a hub at BASE_URL. Whatever MUST or
// SHOULD be and isn't fails; what MAY be and isn't is named.
import { auditServer } from 'graphql-http'

const url = `${process.env.BASE_URL ?? 'http://127.0.0.1:8080'}/graphql`

// Queries by GET need a header by which a browser asks before it sends them.
const fetchFn = (input, init = {}) =>
  fetch(input, (init.method ?? 'GET') === 'GET' ? { ...init, headers: { ...init.headers, 'apollo-require-preflight': 'true' } } : init)

let failed = 0
const results = await auditServer({ url, fetchFn })
for (const r of results) {
  if (r.status === 'ok') continue
  if (r.status !== 'notice') failed++
  const body = await r.response?.text().catch(() => '')
  console.log(`${r.status} ${r.id} ${r.name}: ${r.reason}\n  ${r.response?.status} ${body.slice(0, 300)}`)
}
console.log(`${results.length} audits, ${results.filter((r) => r.status === 'ok').length} passed, ${failed} failures that matter`)
process.exit(failed ? 1 : 0)
