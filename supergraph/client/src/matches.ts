// Says which places fit a project's first need, and then what changes about them:
//   node dist/matches.js caracol
// PALIER_URL names the hub, PALIER_TOKEN whoever asks.
import { MatchesChangedDocument, MatchesDocument } from './gql/graphql.js'
import { Palier } from './palier.js'

const palier = new Palier(process.env['PALIER_URL'] ?? 'http://127.0.0.1:8080', process.env['PALIER_TOKEN'])
const { innovationProjectBySlug: project } = await palier.ask(MatchesDocument, { slug: process.argv[2] ?? 'caracol', first: 5 })
const need = project?.needs.nodes[0]
if (!need) throw new Error('no such project, or none of its needs can be seen')

console.log(`${project.name} : ${need.label}`)
console.log(`${need.matches.eligibleCount} qui conviennent, ${need.matches.uncertainCount} à vérifier`)
for (const { eligibilityLabel, score, space, criteria } of need.matches.nodes) {
  const questions = criteria.filter((c) => c.question)
  console.log(`${score.toFixed(1)} ${eligibilityLabel} : ${space.label}, ${space.site.commune.name}, ${space.site.landlord.name} (${space.id})`)
  for (const { question } of questions) console.log(`     ${question}`)
}

// From here on what changes, without a gap: were the stream cut, `since` would go on.
for await (const { hostingNeedMatchesChanged: event } of palier.follow(MatchesChangedDocument, { need: need.id })) {
  console.log(`au commit ${event.toCommit} :${event.nodes.map((c) => ` ${c.kindLabel} ${c.space?.label ?? c.spaceId}`).join(' ;') || ' rien'}`)
  if (event.resync) break // read the list anew
}
