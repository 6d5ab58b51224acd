// What is said of each finding, in English and in French: what is wrong, and what to
// write instead.
const list = (words, and) => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${and} ${words.at(-1)}`)
const code = (words) => words.map((w) => `\`${w}\``)
const keyOf = (key) => `\`@key(fields: "${key}")\``
const sentence = (text) => (/^[^.]*\./.exec(text)?.[0] ?? text).replace(/\s+/g, ' ')

/** What differs between two sets of fields or values, in words. */
function difference(f, lang) {
  const [and, more, adds, lacks, differs, semicolon] = lang === 'fr'
    ? ['et', 'autres', 'en plus : ', 'en moins : ', 'autrement : ', ' ; '] : ['and', 'others', 'more: ', 'missing: ', 'otherwise: ', '; ']
  return [[adds, f.adds], [lacks, f.lacks], [differs, f.differs]]
    .filter(([, names]) => names?.length)
    .map(([word, names]) => word + list(names.length > 6 ? [...code(names.slice(0, 5)), `${names.length - 5} ${more}`] : code(names), and))
    .join(semicolon)
}

const EN = {
  SYNTAX: (f) => [`This isn't GraphQL: ${f.text}`, 'Mend the document here; nothing after it was read.'],
  EXECUTABLE: () => ['This is a question, and no part of a schema.', 'Leave it out: a subgraph is types only.'],
  FEDERATION_1: () => ['This is written for Federation 1, where every type is shared by all: composition then says nothing of clashes.',
    'Begin the document with `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`, with each directive that it uses in `import`; write `type X @key(fields: "id") { id: ID! }`, without `extend` and without `@external` on keys.'],
  LINK_MISSING: () => ['Nothing says that this is a Federation 2 subgraph, and without it every type is shared by all: composition then says nothing of clashes.',
    'Begin the document with `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`.'],
  LINK_IMPORT: (f) => [`\`@${f.directive}\` isn't imported.`, `Add "@${f.directive}" to \`import\` in \`@link\`.`],
  PLUMBING: (f) => [`\`${f.field ? `${f.type}.${f.field}` : f.type}\` is what gateways and libraries bring themselves.`, 'Leave it out of the document.'],
  PREFIX: (f) => [`\`${f.type}\`: names that begin with Palier are the hub's, which may bring one of this name one day.`, 'Take a prefix of your own.'],
  DESCRIPTION: (f) => [`Your description of \`${f.type}\` may replace the hub's for everyone.`, 'Leave it out; a comment (`#`) says the same to those who read the document.'],
  KIND: (f) => [`\`${f.type}\` is of the kind "${f.kind}" here, and the hub's is of the kind "${f.hub}".`, `Give it another name, with a prefix of your own, for instance \`Partner${f.type}\`.`],
  VALUE_TYPE: (f) => [`\`${f.type}\` is a type of the hub's that others can't refer to: it has no key, and its fields aren't shared.`,
    `If it's yours, give it another name, for instance \`Partner${f.type}\`. If you mean the hub's, leave it out: it is reached through the hub's own fields.`],
  SHAREABLE: (f) => [`\`${f.type}\` is the hub's too, and isn't said to be shared here.`, `Write \`type ${f.type} @shareable { … }\`, and import "@shareable" in \`@link\`.`],
  SHARED_FIELDS: (f) => [`\`${f.type}\` is shared, and has other fields here than at the hub (${difference(f, 'en')}).`, `Write \`type ${f.type} @shareable { ${f.fields} }\`, or give yours another name.`],
  INTERFACE: (f) => [`The interface \`${f.type}\` is the hub's too, with other fields (${difference(f, 'en')}): they would be one, and the types of one side lack what the other asks for.`,
    `Write \`interface ${f.type} { ${f.fields} }\`, or give yours another name.`],
  INTERFACE_KEY: (f) => [`The interface \`${f.type}\` is the hub's too, and has no key: with one each of the hub's types would have to be here.`, 'Leave `@key` out of the interface, and give it to your types.'],
  INPUT: (f) => [f.required.length
    ? `The input \`${f.type}\` is the hub's too, and here it requires ${list(code(f.required), 'and')}, which the hub doesn't know.`
    : `The input \`${f.type}\` is the hub's too, with other fields (${difference(f, 'en')}): only what both have would be left, so that the hub loses the rest.`,
  `Give yours another name, for instance \`Partner${f.type}\`.`],
  ENUM: (f) => [`The enum \`${f.type}\` is the hub's too, with other values (${difference(f, 'en')}): they would be one, and each side is given values that it doesn't know.`,
    `Have the hub's values, all of them and no others; or give yours another name, for instance \`Partner${f.type}\`.`],
  SCALAR: (f) => [`The scalar \`${f.type}\` is specified otherwise here (${f.url}) than at the hub (${f.hub ?? 'no specification'}).`, `Give yours another name, for instance \`Partner${f.type}\`.`],
  SCALAR_SHARED: (f) => [`The scalar \`${f.type}\` is the hub's too. ${sentence(f.says)}`, 'Yours must be written alike, or have another name.'],
  ROOT_NODE: (f) => [`\`Query.${f.field}\` is for the whole graph to answer, by the prefix of the id: two graphs can't both have it.`, 'Leave it out, or move it to a graph of its own.'],
  ROOT_FIELD: (f) => [`\`${f.type}.${f.field}\` is the hub's.`, `Give yours another name, with a prefix of your own; or leave it out, and ask the hub.`],
  OWN_TYPE: (f) => [`\`${f.type}\` is the name of one of the hub's types, and nothing says that this is the same: two worlds would be joined.`,
    `If it's yours, give it another name, for instance \`Partner${f.type}\`. If you mean the hub's, write \`type ${f.type} @key(fields: "${f.keys[0]}", resolvable: false) { … }\` to refer to it, or a key and fields of your own to add to it. Its keys: ${list(f.keys.map(keyOf), 'or')}.`],
  KEY: (f) => [`The hub has no \`${f.type}\` by the key "${f.key}".`, `Refer to it by ${list(f.keys.map(keyOf), 'or')}.`],
  KEY_TYPE: (f) => [`The key \`${f.type}.${f.field}\` is \`${f.is}\` here and \`${f.hub}\` at the hub, so that one can't be sent as the other.`,
    `Write \`${f.field}: ${f.hub}\`${/^(ID|String|Int|Float|Boolean)$/.test(f.named) ? '' : `, and \`scalar ${f.named}\``}.`],
  FIELD: (f) => [`\`${f.type}.${f.field}\` is the hub's to answer.`,
    `Leave it out; or, if a \`@requires\` or \`@provides\` of yours names it, write \`${f.field}: ${f.hub} @external\`. If it says something else than the hub's, give it another name. If the whole type is yours, give that another name.`],
  OVERRIDE: (f) => [`\`@override\` would take \`${f.type}.${f.field}\` from the hub, with what it knows of who may see it.`, 'Leave it out, or give yours another name.'],
  EXTERNAL_UNKNOWN: (f) => [`\`${f.type}.${f.field}\` is said to be another graph's (\`@external\`), and the hub has no such field.`, 'Correct its name; or leave `@external` out if it is yours.'],
  EXTERNAL_TYPE: (f) => [`\`${f.type}.${f.field}\` is \`${f.is}\` here and \`${f.hub}\` at the hub.`, `Write \`${f.field}: ${f.hub}\`, as the hub does.`],
  OWN_IDS: (f) => [`\`${f.type}\` is the hub's, and \`${f.by}\` leads to some of them from here: if their ids are your own, each would be joined with nothing, or with another's. Composition says nothing of it.`,
    `If it's yours, give it another name, for instance \`Partner${f.type}\`. If you answer only references to the hub's, say so: ${f.brings.length
      ? `write \`# palier-check: stub\` above the type, or run this with \`--stub ${f.type}\`` : `write \`@key(fields: "${f.keys[0]}", resolvable: false)\``}.`],
  UNUSED_EXTERNAL: (f) => [`${f.text}`, 'Leave out what is `@external` and that no `@requires`, `@provides` or `@key` names.'],
  UNKNOWN_NAME: (f) => [f.text, 'Define it in this document: each subgraph has all that it names. Of the hub\'s types, a stub with a key is enough; of its scalars and enums, the same definition.'],
  UNREACHABLE: (f) => [`A query could begin, and a gateway would find no way to go on: ${f.text}`, 'Give the type a key that both sides have, or leave the field to the one that has it.'],
  INVALID: (f) => [f.text, 'It is in this document alone, whatever it is composed with: mend it here.'],
  COMPOSITION: (f) => [f.text, 'The composition says so in its own words. Fields that two graphs have must be alike; a type that two graphs have needs a key or `@shareable`.'],
}

const FR = {
  SYNTAX: (f) => [`Ce n'est pas du GraphQL : ${f.text}`, 'Corrigez le document ici ; la suite n\'a pas été lue.'],
  EXECUTABLE: () => ['C\'est une question, et non une partie d\'un schéma.', 'Retirez-la : un sous-graphe n\'a que des types.'],
  FEDERATION_1: () => ['Ce document est écrit pour Federation 1, où tout type est partagé par tous : la composition ne dit alors rien des conflits.',
    'Commencez par `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`, avec dans `import` chaque directive employée ; écrivez `type X @key(fields: "id") { id: ID! }`, sans `extend`, et sans `@external` sur les clés.'],
  LINK_MISSING: () => ['Rien ne dit que c\'est un sous-graphe Federation 2 ; tout type y est donc partagé par tous : la composition ne dit alors rien des conflits.',
    'Commencez le document par `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`.'],
  LINK_IMPORT: (f) => [`\`@${f.directive}\` n'est pas importée.`, `Ajoutez "@${f.directive}" à \`import\` dans \`@link\`.`],
  PLUMBING: (f) => [`\`${f.field ? `${f.type}.${f.field}` : f.type}\` est apporté par les passerelles et les bibliothèques.`, 'Retirez-le du document.'],
  PREFIX: (f) => [`\`${f.type}\` : les noms qui commencent par Palier sont ceux de la plateforme, qui pourrait en avoir un jour un de ce nom.`, 'Prenez un préfixe à vous.'],
  DESCRIPTION: (f) => [`Votre description de \`${f.type}\` peut remplacer celle de la plateforme pour tous.`, 'Retirez-la ; un commentaire (`#`) dit la même chose à qui lit le document.'],
  KIND: (f) => [`\`${f.type}\` est ici de la sorte « ${f.kind} », et celui de la plateforme de la sorte « ${f.hub} ».`, `Donnez-lui un autre nom, avec un préfixe à vous, par exemple \`Partner${f.type}\`.`],
  VALUE_TYPE: (f) => [`\`${f.type}\` est un type de la plateforme auquel on ne peut pas se référer : il n'a pas de clé, et ses champs ne sont pas partagés.`,
    `S'il est à vous, donnez-lui un autre nom, par exemple \`Partner${f.type}\`. S'il s'agit de celui de la plateforme, retirez-le : on l'atteint par les champs de la plateforme.`],
  SHAREABLE: (f) => [`\`${f.type}\` existe aussi sur la plateforme, et n'est pas déclaré partagé ici.`, `Écrivez \`type ${f.type} @shareable { … }\`, et importez "@shareable" dans \`@link\`.`],
  SHARED_FIELDS: (f) => [`\`${f.type}\` est partagé, et n'a pas ici les mêmes champs que sur la plateforme (${difference(f, 'fr')}).`, `Écrivez \`type ${f.type} @shareable { ${f.fields} }\`, ou donnez un autre nom au vôtre.`],
  INTERFACE: (f) => [`L'interface \`${f.type}\` existe aussi sur la plateforme, avec d'autres champs (${difference(f, 'fr')}) : les deux n'en feraient qu'une, et les types de l'un manquent de ce que demande l'autre.`,
    `Écrivez \`interface ${f.type} { ${f.fields} }\`, ou donnez un autre nom à la vôtre.`],
  INTERFACE_KEY: (f) => [`L'interface \`${f.type}\` existe aussi sur la plateforme, et n'a pas de clé : avec une clé, il faudrait ici tous les types de la plateforme.`, 'Retirez `@key` de l\'interface, et donnez-la à vos types.'],
  INPUT: (f) => [f.required.length
    ? `L'entrée \`${f.type}\` existe aussi sur la plateforme, et exige ici ${list(code(f.required), 'et')}, que la plateforme ne connaît pas.`
    : `L'entrée \`${f.type}\` existe aussi sur la plateforme, avec d'autres champs (${difference(f, 'fr')}) : il ne resterait que ce qu'elles ont en commun, et la plateforme perdrait le reste.`,
  `Donnez un autre nom à la vôtre, par exemple \`Partner${f.type}\`.`],
  ENUM: (f) => [`L'énumération \`${f.type}\` existe aussi sur la plateforme, avec d'autres valeurs (${difference(f, 'fr')}) : les deux n'en feraient qu'une, et chacun recevrait des valeurs qu'il ne connaît pas.`,
    `Reprenez les valeurs de la plateforme, toutes et sans autre ; ou donnez un autre nom à la vôtre, par exemple \`Partner${f.type}\`.`],
  SCALAR: (f) => [`Le scalaire \`${f.type}\` est spécifié ici (${f.url}) autrement que sur la plateforme (${f.hub ?? 'sans spécification'}).`, `Donnez un autre nom au vôtre, par exemple \`Partner${f.type}\`.`],
  SCALAR_SHARED: (f) => [`Le scalaire \`${f.type}\` existe aussi sur la plateforme. ${sentence(f.says)}`, 'Le vôtre doit s\'écrire de même, ou avoir un autre nom.'],
  ROOT_NODE: (f) => [`\`Query.${f.field}\` appartient au graphe entier, qui y répond d'après le préfixe de l'identifiant : deux sous-graphes ne peuvent pas l'avoir.`, 'Retirez-le, ou mettez-le dans un sous-graphe à part.'],
  ROOT_FIELD: (f) => [`\`${f.type}.${f.field}\` est à la plateforme.`, `Donnez un autre nom au vôtre, avec un préfixe à vous ; ou retirez-le, et demandez à la plateforme.`],
  OWN_TYPE: (f) => [`\`${f.type}\` est le nom d'un type de la plateforme, et rien ne dit qu'il s'agit du même : deux mondes seraient confondus.`,
    `S'il est à vous, donnez-lui un autre nom, par exemple \`Partner${f.type}\`. S'il s'agit de celui de la plateforme, écrivez \`type ${f.type} @key(fields: "${f.keys[0]}", resolvable: false) { … }\` pour vous y référer, ou une clé et des champs à vous pour y ajouter. Ses clés : ${list(f.keys.map(keyOf), 'ou')}.`],
  KEY: (f) => [`La plateforme n'a pas de \`${f.type}\` par la clé « ${f.key} ».`, `Référez-vous-y par ${list(f.keys.map(keyOf), 'ou')}.`],
  KEY_TYPE: (f) => [`La clé \`${f.type}.${f.field}\` est ici \`${f.is}\`, et \`${f.hub}\` sur la plateforme : l'une ne peut pas être envoyée comme l'autre.`,
    `Écrivez \`${f.field}: ${f.hub}\`${/^(ID|String|Int|Float|Boolean)$/.test(f.named) ? '' : `, et \`scalar ${f.named}\``}.`],
  FIELD: (f) => [`C'est à la plateforme de répondre à \`${f.type}.${f.field}\`.`,
    `Retirez-le ; ou, si un de vos \`@requires\` ou \`@provides\` le nomme, écrivez \`${f.field}: ${f.hub} @external\`. S'il dit autre chose que celui de la plateforme, donnez-lui un autre nom. Si tout le type est à vous, c'est lui qu'il faut renommer.`],
  OVERRIDE: (f) => [`\`@override\` prendrait \`${f.type}.${f.field}\` à la plateforme, avec ce qu'elle sait de qui peut le voir.`, 'Retirez-le, ou donnez un autre nom au vôtre.'],
  EXTERNAL_UNKNOWN: (f) => [`\`${f.type}.${f.field}\` est déclaré d'un autre sous-graphe (\`@external\`), et la plateforme n'a pas ce champ.`, 'Corrigez son nom ; ou retirez `@external` s\'il est à vous.'],
  EXTERNAL_TYPE: (f) => [`\`${f.type}.${f.field}\` est ici \`${f.is}\`, et \`${f.hub}\` sur la plateforme.`, `Écrivez \`${f.field}: ${f.hub}\`, comme la plateforme.`],
  OWN_IDS: (f) => [`\`${f.type}\` est à la plateforme, et \`${f.by}\` en fournit d'ici : si leurs identifiants sont les vôtres, chacun serait joint à rien, ou à un autre. La composition n'en dit rien.`,
    `S'il est à vous, donnez-lui un autre nom, par exemple \`Partner${f.type}\`. Si vous ne fournissez que des références à ceux de la plateforme, dites-le : ${f.brings.length
      ? `écrivez \`# palier-check: stub\` au-dessus du type, ou ajoutez \`--stub ${f.type}\` à la commande` : `écrivez \`@key(fields: "${f.keys[0]}", resolvable: false)\``}.`],
  UNUSED_EXTERNAL: (f) => [f.text, 'Retirez ce qui est `@external` et qu\'aucun `@requires`, `@provides` ou `@key` ne nomme.'],
  UNKNOWN_NAME: (f) => [f.text, 'Définissez-le dans ce document : chaque sous-graphe a tout ce qu\'il nomme. D\'un type de la plateforme, une référence par une clé suffit ; d\'un de ses scalaires ou énumérations, la même définition.'],
  UNREACHABLE: (f) => [`Une requête pourrait commencer, et la passerelle ne saurait pas continuer : ${f.text}`, 'Donnez au type une clé que les deux côtés ont, ou laissez le champ à celui qui l\'a.'],
  INVALID: (f) => [f.text, 'C\'est dans ce seul document, quoi qu\'on compose avec : corrigez-le ici.'],
  COMPOSITION: (f) => [f.text, 'C\'est la composition qui le dit, dans ses mots. Les champs que deux sous-graphes ont doivent être pareils ; un type que deux sous-graphes ont a besoin d\'une clé ou de `@shareable`.'],
}

export const LANGUAGES = { en: EN, fr: FR }

/** What is wrong and the mend, in words. */
export function words(finding, lang) {
  const [message, mend] = LANGUAGES[lang][finding.code](finding)
  return { message, mend }
}

export const VERDICTS = {
  en: {
    yes: (files) => `${files.join(', ')}: composes with the hub.`,
    no: (files, n) => `${files.join(', ')}: doesn't compose with the hub as it should: ${n === 1 ? 'one clash' : `${n} clashes`}.`,
    note: 'note',
  },
  fr: {
    yes: (files) => `${files.join(', ')} : se compose avec la plateforme.`,
    no: (files, n) => `${files.join(', ')} : ne se compose pas comme il faut avec la plateforme : ${n === 1 ? 'un conflit' : `${n} conflits`}.`,
    note: 'remarque',
  },
}
