#!/usr/bin/env node
// Says what a change of the schema does to those who use it.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { allowed, compare } from './compare.js'

const USAGE = `palier-diff [options] [OLD [NEW]]

Compares two versions of the published subgraph: what breaks those who use it, what may,
and what can't. Each is a file, an address, or a git revision. By default the one last
released (schema/released.graphql) and this one (schema/subgraph.graphql).

  --breaks FILE   breaks that are allowed, each with why: lines "- \`CODE path\`: why";
                  schema/breaks.md when nothing else is compared
  --all           all that is safe, too
  --json          for programs
  --help

Ends with 0 when nothing breaks that isn't allowed, 1 when something does, 2 when it
couldn't be told.`

const root = fileURLToPath(new URL('../../', import.meta.url))
const inSchema = (name) => fileURLToPath(new URL(`../../schema/${name}`, import.meta.url))

async function textOf(from) {
  if (/^https?:/.test(from)) {
    const response = await fetch(from, { signal: AbortSignal.timeout(10_000) })
    if (!response.ok) throw new Error(`${from} answered ${response.status}`)
    return response.text()
  }
  if (existsSync(from)) return readFileSync(from, 'utf8')
  const revision = from.includes(':') ? from : `${from}:schema/subgraph.graphql`
  try {
    return execFileSync('git', ['-C', root, 'show', '--end-of-options', revision], { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new Error(`${from} is no file, and no git revision: ${String(error.stderr || error.message).trim()}`)
  }
}

/** The whole command; answers its exit code. */
export async function main(args, { out = console.log, err = console.error } = {}) {
  let options, changes, allowances, names
  try {
    const parsed = parseArgs({ args, allowPositionals: true, options: {
      breaks: { type: 'string' }, all: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } })
    options = parsed.values
    if (options.help) {
      out(USAGE)
      return 0
    }
    if (parsed.positionals.length > 2) throw new Error('two versions at the most')
    const [old = inSchema('released.graphql'), now = inSchema('subgraph.graphql')] = parsed.positionals
    names = [old, now].map((n) => n.replace(root, ''))
    const breaks = options.breaks ?? (parsed.positionals.length ? undefined : inSchema('breaks.md'))
    allowances = breaks ? allowed(readFileSync(breaks, 'utf8')) : []
    changes = await compare(await textOf(old), await textOf(now))
  } catch (error) {
    err(`It couldn't be told: ${error.cause?.message ?? error.message}`)
    return 2
  }
  const is = (change) => (a) => a.code === change.code && a.path === change.path
  const breaking = changes.filter((c) => c.level === 'BREAKING')
  for (const change of breaking) change.allowed = allowances.find((a) => is(change)(a) && a.why)?.why
  const refused = breaking.filter((c) => !c.allowed)
  const stale = allowances.filter((a) => !breaking.some((c) => is(c)(a)))
  const unexplained = allowances.filter((a) => !a.why)
  const ok = !refused.length && !stale.length && !unexplained.length

  if (options.json) {
    out(JSON.stringify({ compatible: ok, stale, changes: changes.map(({ meta, ...c }) => c) }, null, 2))
    return ok ? 0 : 1
  }
  out(`${names[0]} → ${names[1]}\n`)
  const tell = (title, list) => {
    if (!list.length) return
    out(`${title} (${list.length})`)
    for (const c of list) {
      out(`  ${c.message}${c.message.endsWith('?') ? '' : '.'}  [${c.code} ${c.path}]`)
      if (c.effect) out(`    ${c.effect}`)
      if (c.allowed) out(`    Allowed: ${c.allowed}`)
      else if (c.mend) out(`    → ${c.mend}`)
      if (c.level === 'BREAKING' && !c.allowed) out(`    → Or say in schema/breaks.md why it must be:\n      - \`${c.code} ${c.path}\`: …`)
    }
    out('')
  }
  tell('BREAKING', refused)
  tell('BREAKING, and allowed', breaking.filter((c) => c.allowed))
  tell('DANGEROUS', changes.filter((c) => c.level === 'DANGEROUS'))
  const safe = changes.filter((c) => c.level === 'SAFE')
  if (options.all) tell('SAFE', safe)
  else if (safe.length) out(`SAFE (${safe.length}; --all names them)\n`)
  for (const a of stale) out(`schema/breaks.md allows ${a.code} ${a.path}, which doesn't happen: take the line out.`)
  for (const a of unexplained) out(`schema/breaks.md doesn't say why ${a.code} ${a.path} must be.`)
  out(!changes.length ? 'Nothing has changed.' : refused.length
    ? `The contract is broken: ${refused.length === 1 ? 'one change' : `${refused.length} changes`} that nobody was told of.`
    : 'The contract holds.')
  return ok ? 0 : 1
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  process.exitCode = await main(process.argv.slice(2))
}
