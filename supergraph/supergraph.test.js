// Federated questions through real gateways: what they answer is what the graphs answer
// one by one. A hub of `go run .. --demo` is started, or that of HUB (its binary).
import assert from 'node:assert/strict'
import * as apollo from '@apollo/composition'
import * as cosmo from '@wundergraph/composition'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compose, graphs, palierSDL } from './compose.js'
import { startExamples, startFurther } from './examples.js'
import { startApollo } from './gateways/apollo.js'
import { startHive } from './gateways/hive.js'
import { communes, households } from './subgraphs/foundation.js'
import { prefixes } from './subgraphs/node.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'palier-supergraph-'))
let hub, binary, palier, examples, staff
const gateways = {}

async function within(seconds, what, look) {
  for (let left = seconds * 20; left > 0; left--) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} took more than ${seconds} s`)
}

before(async () => {
  binary = process.env.HUB ?? join(folder, 'palier')
  if (!process.env.HUB) execFileSync('go', ['build', '-o', binary, '.'], { cwd: root })
  hub = spawn(binary, ['--demo', '--data', join(folder, 'data'), '--addr', '127.0.0.1:0', '--mail-log=false'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  hub.stdout.on('data', (text) => (said += text))
  const base = await within(60, 'the start of the hub', () => said.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0])
  palier = `${base}/graphql`
  await within(60, 'the sample', async () => (await fetch(`${base}/readyz`)).ok)
  staff = execFileSync(binary, ['token', '--role', 'STAFF', '--data', join(folder, 'data')], { encoding: 'utf8' }).trim().split('\n')[0]
  examples = await startExamples()
  const sdl = compose({ palier, ...examples.urls })
  gateways['Hive Gateway'] = await startHive(sdl)
  gateways['Hive Gateway, over websockets'] = await startHive(sdl, { websockets: true })
  gateways['@apollo/gateway'] = await startApollo(compose({ palier, ...examples.urls }, [], { authenticated: false }))
})

after(async () => {
  for (const gateway of Object.values(gateways)) await gateway.stop()
  await examples?.stop()
  hub?.kill()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(url, query, variables, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(20_000),
  })
  return { ...(await response.json()), commit: response.headers.get('palier-commit') }
}

async function answered(url, query, variables, headers) {
  const { errors, data } = await ask(url, query, variables, headers)
  assert.equal(errors, undefined, JSON.stringify(errors)?.slice(0, 500))
  return data
}

const signedIn = () => ({ authorization: `Bearer ${staff}` })

for (const name of ['Hive Gateway', '@apollo/gateway']) {
  describe(name, () => {
    const url = () => gateways[name].url

    test('crosses from Palier to a partner and back, with hundreds of entities', async (t) => {
      const query = `{ innovationProjects(first: 5, orderBy: NAME) { nodes { name slug impact { households commune { code name medianIncome departement { name } } } } } }`
      const known = await answered(palier, '{ innovationProjects(first: 5, orderBy: NAME) { nodes { name slug } } }')
      const places = await answered(palier, 'query($of: [_Any!]!) { _entities(representations: $of) { ... on Commune { code name departement { name } } } }', {
        of: communes.map((code) => ({ __typename: 'Commune', code })),
      })
      const expected = known.innovationProjects.nodes.map((project) => ({
        ...project,
        impact: places._entities.map((place) => ({
          households: households(project.slug, place.code),
          commune: { code: place.code, name: place.name, medianIncome: 18000 + (Number(place.code) % 100) * 100, departement: place.departement },
        })),
      }))
      assert.equal(expected.length * communes.length, 225)
      await answered(url(), query) // the first time it is planned
      const begun = performance.now()
      const got = await answered(url(), query)
      t.diagnostic(`${(performance.now() - begun).toFixed(0)} ms for 225 communes of 5 projects`)
      assert.deepEqual(got.innovationProjects.nodes, expected)
      assert.deepEqual(got.innovationProjects.nodes[0], JSON.parse(readFileSync(new URL('testdata/impact.json', import.meta.url), 'utf8')))
    })

    test('joins what a landlord knows of its places', async () => {
      const { vacantSpaces } = await answered(url(), '{ vacantSpaces(first: 60) { nodes { id label photographs { url } openingHours { day } site { id residentServices { name } } } } }')
      assert.equal(vacantSpaces.nodes.length, 60)
      for (const space of vacantSpaces.nodes) {
        assert.deepEqual(space.photographs, [{ url: `https://photos.monts-habitat.example/${space.id}.jpg` }])
        assert.equal(space.openingHours.length, 1)
        assert.equal(space.site.residentServices.length, 1)
      }
    })

    test('finds any node, for Relay', async () => {
      const { landlords } = await answered(palier, '{ landlords(first: 1) { nodes { id name } } }')
      const ids = { landlord: landlords.nodes[0].id, commune: 'com_93066', region: 'reg_11', qpv: 'qpv_QN09405M', missing: 'spc_00000000000000000000', strange: 'x_1' }
      const asked = Object.entries(ids).map(([name, id]) => `${name}: node(id: "${id}") { __typename id ... on Landlord { name } ... on Commune { medianIncome } ... on VacantSpace { label } }`)
      const found = await ask(url(), `{ ${asked.join(' ')} }`)
      assert.deepEqual(found.data.landlord, { __typename: 'Landlord', ...landlords.nodes[0] })
      assert.equal(found.data.commune.__typename, 'Commune')
      assert.equal(found.data.region.id, 'reg_11')
      assert.equal(found.data.qpv.__typename, 'Qpv')
      assert.equal(found.data.missing?.label ?? null, null)
      assert.equal(found.data.strange, null)
      assert.equal(new Set(Object.values(prefixes)).size, Object.keys(prefixes).length)
    })

    test('passes on who asks', async () => {
      const query = '{ viewer { role } hostingRequests(first: 3) { totalCount nodes { id montsReference } } }'
      const nobody = await answered(url(), query)
      assert.deepEqual(nobody, { viewer: { role: 'PUBLIC' }, hostingRequests: { totalCount: 0, nodes: [] } })
      const someone = await answered(url(), query, {}, signedIn())
      assert.equal(someone.viewer.role, 'STAFF')
      assert.ok(someone.hostingRequests.totalCount > 0)
      assert.match(someone.hostingRequests.nodes[0].montsReference, /^MH-\d+$/)
      const refused = await ask(url(), query, {}, { authorization: 'Bearer nonsense' })
      assert.equal(refused.data?.viewer ?? null, null)
      assert.ok(refused.errors.length > 0)
    })

    test('reads what was just written, by Palier-Min-Commit', async () => {
      const commit = (await ask(url(), '{ viewer { role } }')).commit
      assert.match(commit, /^\d+$/)
      const far = await ask(url(), '{ viewer { role } }', {}, { 'palier-min-commit': `${Number(commit) + 100000}` })
      assert.match(JSON.stringify(far.errors), /MIN_COMMIT|BEHIND|commit/i)
      await answered(url(), '{ viewer { role } }', {}, { 'palier-min-commit': commit })
    })

    test('loses nothing of what may be deferred', async (t) => {
      const query = '{ landlords(first: 2) { nodes { name ... @defer { sites(first: 1) { totalCount } } } } }'
      const plain = await answered(palier, query.replace('@defer ', ''))
      for (const accept of ['application/json', 'multipart/mixed;deferSpec=20220824, application/json', 'multipart/mixed; incrementalSpec=v0.2, application/json']) {
        const response = await fetch(url(), { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify({ query }), signal: AbortSignal.timeout(10_000) })
        const text = await response.text()
        t.diagnostic(`${accept}: ${response.status} ${response.headers.get('content-type')} ${text.replaceAll(/\s+/g, ' ').slice(0, 160)}`)
        if (response.headers.get('content-type').startsWith('multipart/')) {
          for (const { sites } of plain.landlords.nodes) assert.ok(text.includes(`"totalCount":${sites.totalCount}`))
          continue
        }
        const { data, errors } = JSON.parse(text)
        assert.ok(errors?.length > 0 || JSON.stringify(data) === JSON.stringify(plain), text)
      }
    })

    test('tells what is wrong', async () => {
      const wrong = await ask(url(), '{ landlords(first: 1000) { nodes { name } } }')
      assert.equal(wrong.errors[0].extensions.code, 'PAGE_TOO_LONG')
      const unknown = await ask(url(), '{ landlords(first: 1) { nodes { nom } } }')
      assert.match(unknown.errors[0].message, /nom/)
    })
  })
}

for (const name of ['Hive Gateway', 'Hive Gateway, over websockets']) {
  test(`${name} follows changes, with a partner's fields`, async () => {
    const leave = new AbortController()
    const response = await fetch(gateways[name].url, {
      method: 'POST',
      signal: AbortSignal.any([leave.signal, AbortSignal.timeout(20_000)]),
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...signedIn() },
      body: JSON.stringify({ query: 'subscription { changes { kind node { id ... on VacantSpace { label photographs { url } } } } }' }),
    })
    assert.equal(response.status, 200)
    const events = (async () => {
      let text = ''
      for await (const chunk of response.body) {
        text += new TextDecoder().decode(chunk)
        const found = text.match(/data: ?(\{.*"changes".*\})/)
        if (found) return JSON.parse(found[1])
      }
      return JSON.parse(text)
    })()
    // The gateway says nothing of when the hub has the subscription, too: so there are changes until one comes.
    const { vacantSpaces } = await answered(palier, '{ vacantSpaces(first: 1) { nodes { id } } }')
    const { id } = vacantSpaces.nodes[0]
    const labels = new Set()
    const event = await within(20, 'an event', async () => {
      const { vacantSpace } = await answered(palier, 'query($id: ID!) { vacantSpace(id: $id) { management { version } } }', { id }, signedIn())
      const label = `Salle ${Math.random()}`
      labels.add(label)
      const { vacantSpaceChange } = await answered(palier, CHANGE, { id, label, version: vacantSpace.management.version }, signedIn())
      assert.deepEqual(vacantSpaceChange.userErrors, [])
      return Promise.race([events, new Promise((resolve) => setTimeout(resolve, 500))])
    })
    leave.abort()
    const { node } = event.data.changes
    assert.ok(labels.has(node.label))
    assert.deepEqual({ id: node.id, photographs: node.photographs }, { id, photographs: [{ url: `https://photos.monts-habitat.example/${id}.jpg` }] })
  })
}

const CHANGE = `mutation($id: ID!, $version: Int, $label: String!) { vacantSpaceChange(input: {space: {id: $id}, expectedVersion: $version, changes: {label: $label}}) { userErrors { message } } }`

test('the graphs compose by the libraries of Apollo and of Cosmo', () => {
  const { errors, hints } = apollo.composeServices(graphs())
  assert.deepEqual(errors ?? [], [])
  assert.deepEqual(hints.map((hint) => hint.message), [])
  const composed = cosmo.federateSubgraphs({ subgraphs: graphs().map((g) => ({ name: g.name, url: g.url, definitions: g.typeDefs })), version: '1' })
  assert.deepEqual(composed.errors ?? [], [])
  assert.deepEqual(composed.warnings, [])
})

test('the graph is the same, whoever serves it', async () => {
  const { _service } = await answered(palier, '{ _service { sdl } }')
  assert.equal(_service.sdl, palierSDL)
  assert.equal(await (await fetch(palier.replace('/graphql', '/subgraph.graphql'))).text(), palierSDL)
})

test('a hostile batch is refused', async () => {
  const of = Array.from({ length: 251 }, () => ({ __typename: 'Commune', code: '93066' }))
  const { errors, data } = await ask(palier, 'query($of: [_Any!]!) { _entities(representations: $of) { __typename } }', { of })
  assert.equal(errors[0].extensions.code, 'TOO_MANY_REPRESENTATIONS')
  assert.equal(data, undefined)
})

test('the guide for partners: its graph, its question, its answer', async () => {
  const guide = readFileSync(join(root, 'docs/partners.md'), 'utf8')
  const block = (kind, n = 0) => [...guide.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter((b) => b[1] === kind)[n][2]
  const file = join(folder, 'mine.mjs')
  writeFileSync(file, block('js'))
  const further = await startFurther([await import(pathToFileURL(file))])
  try {
    const gateway = await startHive(compose({ palier, ...examples.urls }, further.graphs))
    try {
      assert.ok((await answered(gateway.url, block('graphql', 0))).innovationProjects.nodes[0].impact.length)
      assert.deepEqual(await answered(gateway.url, block('graphql', 1)), JSON.parse(block('json')))
    } finally {
      await gateway.stop()
    }
  } finally {
    await further.stop()
  }
})
