#!/usr/bin/env node
// Says whether a partner's subgraph composes with the hub's, and if not, what to change.
import { readFileSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { parse, Source } from 'graphql'
import { composeServices } from '@theguild/federation-composition'
import { VERDICTS, words } from './messages.js'
import { examine } from './rules.js'
import { position, read } from './sdl.js'

const USAGE = `palier-check [options] FILE…

Says whether subgraphs compose with Palier's hub, each clash with its line and what to
write instead.

  --hub FILE|URL   the hub's subgraph: its /subgraph.graphql; by default this repository's
  --stub TYPE      you refer to this type of the hub's by the hub's ids, as a comment above
                   the type says too (# palier-check: stub); may be repeated
  --lang en|fr     language of the answer
  --json           for programs
  --help

Ends with 0 when all compose, 1 when something is to be changed, 2 when it couldn't be told.`

export const PUBLISHED = fileURLToPath(new URL('../../schema/subgraph.graphql', import.meta.url))

/** What keeps partners' documents ({ name, text }) from composing with the hub's text:
 * findings, in the order of the files. */
export function check(files, hubText, options = {}) {
  const hub = read(parse(hubText))
  const findings = []
  const services = [{ name: 'palier', url: 'http://palier.invalid', typeDefs: hub.document }]
  const partners = new Map()
  for (const [n, file] of files.entries()) {
    let partner
    try {
      partner = read(parse(new Source(file.text, file.name)))
    } catch (error) {
      if (!error.locations) throw error
      findings.push({ file: file.name, code: 'SYNTAX', ...error.locations[0], text: error.message.replace(/^Syntax Error: /, '') })
      continue
    }
    findings.push(...examine(partner, hub, options).map((f) => ({ file: file.name, ...f })))
    const name = `partner${n + 1}`
    partners.set(name, { file: file.name, partner })
    services.push({ name, url: `http://${name}.invalid`, typeDefs: partner.document })
  }
  // Without what makes it Federation 2, composition would speak of something else.
  if (partners.size === files.length && !findings.some((f) => ['FEDERATION_1', 'LINK_MISSING'].includes(f.code))) {
    for (const error of composeServices(services).errors ?? []) {
      const found = told(error, partners)
      if (!findings.some((f) => covers(f, found))) findings.push(found)
    }
  }
  const order = new Map(files.map((f, i) => [f.name, i]))
  return findings.sort((a, b) => order.get(a.file) - order.get(b.file) || a.line - b.line || a.column - b.column)
}

const OF_CODES = { EXTERNAL_UNUSED: 'UNUSED_EXTERNAL', SATISFIABILITY_ERROR: 'UNREACHABLE' }

/** An error of the composition as a finding: where it is in the partner's file, as far
 * as it says. */
function told(error, partners) {
  const text = error.message.replace(/^\[\w+\] /, '').replace(/partner(\d+)/g, (name) => partners.get(name)?.file ?? name)
  const named = [...error.message.matchAll(/\b([A-Z]\w*)(?:\.(\w+))?/g)]
  const of = partners.get(error.extensions?.subgraphName) ?? [...partners].find(([name]) => error.message.includes(name))?.[1] ??
    [...partners.values()].find(({ partner }) => named.some((m) => partner.types.has(m[1]))) ?? [...partners.values()][0]
  const finding = { file: of.file, code: OF_CODES[error.extensions?.code] ?? 'COMPOSITION', composition: error.extensions?.code, text, line: 1, column: 1 }
  if (/^(INVALID_|KEY_|REQUIRES_|PROVIDES_|TYPE_DEFINITION_|EXTENSION_)/.test(finding.composition) && finding.composition !== 'INVALID_FIELD_SHARING') finding.code = 'INVALID'
  if (/^Unknown (type|directive)/.test(text)) finding.code = 'UNKNOWN_NAME'
  for (const [, type, field] of named) {
    const there = of.partner.types.get(type)
    if (!there) continue
    finding.type ??= type
    const node = there.fields.get(field)?.node
    if (node || finding.line === 1) Object.assign(finding, position(node ?? there.node))
    if (node) {
      Object.assign(finding, { type, field })
      break
    }
  }
  if (of === partners.get(error.extensions?.subgraphName) && error.locations?.length) Object.assign(finding, error.locations[0])
  return finding
}

/** Whether a clash that a rule found says already what the composition says. */
function covers(rule, composition) {
  if (rule.note || rule.file !== composition.file) return false
  // What can't be reached may be by what the clash hides.
  if (composition.code === 'UNREACHABLE') return true
  if (rule.type === 'Subscription' && /subscription object/.test(composition.text)) return true
  if (rule.line === composition.line && rule.column === composition.column) return true
  if (rule.code === 'LINK_IMPORT') return composition.text.includes(`@${rule.directive}`)
  if (!rule.type || !new RegExp(`\\b${rule.type}\\b`).test(composition.text)) return false
  // A clash of the whole type explains all that composition says of it.
  return !rule.field || composition.field === undefined || composition.field === rule.field
}

async function hubText(from) {
  if (!/^https?:/.test(from)) return readFileSync(from, 'utf8')
  const response = await fetch(from, { signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`${from} answered ${response.status}`)
  return response.text()
}

/** The whole command; answers its exit code. */
export async function main(args, { out = console.log, err = console.error } = {}) {
  let options, files
  try {
    ({ values: options, positionals: files } = parseArgs({
      args, allowPositionals: true,
      options: {
        hub: { type: 'string', default: PUBLISHED }, stub: { type: 'string', multiple: true, default: [] },
        lang: { type: 'string', default: 'en' }, json: { type: 'boolean' }, help: { type: 'boolean' },
      },
    }))
    if (options.help) {
      out(USAGE)
      return 0
    }
    if (!files.length) throw new Error('name the file of a subgraph')
    if (!VERDICTS[options.lang]) throw new Error(`--lang is en or fr, not ${options.lang}`)
  } catch (error) {
    err(`${error.message}\n\n${USAGE}`)
    return 2
  }
  let findings
  try {
    const texts = files.map((name) => ({ name, text: readFileSync(name, 'utf8') }))
    findings = check(texts, await hubText(options.hub), { stubs: options.stub })
  } catch (error) {
    err(`It couldn't be told: ${error.cause?.message ?? error.message}`)
    return 2
  }
  findings = findings.map((f) => ({ ...f, ...words(f, options.lang) }))
  const clashes = findings.filter((f) => !f.note)
  const names = files.map((f) => basename(f))
  const verdicts = VERDICTS[options.lang]
  const verdict = clashes.length ? verdicts.no(names, clashes.length) : verdicts.yes(names)
  if (options.json) {
    out(JSON.stringify({
      composes: !clashes.length,
      findings: findings.map(({ file, line, column, code, composition, type, field, note, message, mend }) =>
        ({ severity: note ? 'note' : 'clash', code, composition, file, line, column, type, field, message, mend })),
    }, null, 2))
  } else {
    for (const f of findings) out(`${f.file}:${f.line}:${f.column}  ${f.note ? `${verdicts.note} ` : ''}${f.code}\n  ${f.message}\n  → ${f.mend}\n`)
    out(verdict)
  }
  return clashes.length ? 1 : 0
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  process.exitCode = await main(process.argv.slice(2))
}
