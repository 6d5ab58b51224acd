// A client of the hub: queries and mutations by POST, subscriptions by server-sent
// events, each document by its id.
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'

/** A document that GraphQL Code Generator has typed and given a hash. */
type Document<Result, Variables> = DocumentTypeDecoration<Result, Variables> & { __meta__?: Record<string, unknown> | undefined }

/** An error of an answer. What to do follows from its code. */
export interface PalierError {
  message: string
  path?: (string | number)[]
  extensions: { code: string, retryAfterSeconds?: number }
}

/** What kept the hub from answering, each with its code. */
export class Refused extends Error {
  constructor(readonly errors: PalierError[]) {
    super(errors.map((e) => `${e.extensions.code}: ${e.message}`).join('; '))
  }
}

interface Answer<Result> {
  data?: Result | null
  errors?: PalierError[]
  extensions?: { palier?: { commit: number } }
}

export class Palier {
  constructor(private readonly base: string, private readonly token?: string, private readonly language = 'fr') {}

  /** Asks once. An answer with errors is thrown as Refused; a mutation's `userErrors` are
   * data. */
  async ask<Result, Variables>(document: Document<Result, Variables>, variables: Variables): Promise<Result> {
    const response = await this.send(document, variables, 'application/graphql-response+json')
    const { data, errors } = await response.json() as Answer<Result>
    if (errors?.length) throw new Refused(errors)
    if (!data) throw new Error(`the hub answered ${response.status}`)
    return data
  }

  /** Follows a subscription until it ends, or until the loop is left. */
  async* follow<Result, Variables>(document: Document<Result, Variables>, variables: Variables, signal?: AbortSignal): AsyncGenerator<Result> {
    const response = await this.send(document, variables, 'text/event-stream', signal)
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      throw new Refused((await response.json() as Answer<Result>).errors ?? [])
    }
    let rest = ''
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const lines = event.split('\n').filter((line) => !line.startsWith(':')) // signs of life
        const of = (name: string) => lines.filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1).trim()).join('\n')
        if (of('event') === 'complete') return
        if (of('event') !== 'next') continue
        const { data, errors } = JSON.parse(of('data')) as Answer<Result>
        if (errors?.length) throw new Refused(errors)
        if (data) yield data
      }
    }
    throw new Error('the stream was cut: follow again from the last event')
  }

  private async send<Result, Variables>(document: Document<Result, Variables>, variables: Variables, accept: string, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.base}/graphql`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: accept,
        'Accept-Language': this.language,
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ documentId: document.__meta__?.['hash'], variables }),
      signal: signal ?? null,
    })
  }
}
