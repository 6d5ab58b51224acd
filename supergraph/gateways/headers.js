// What a gateway passes on to Palier, and back.
export const forwarded = ['authorization', 'palier-on-behalf-of', 'palier-min-commit', 'accept-language', 'traceparent', 'x-forwarded-for']

// commitHeader of an answer says what has to be read at least to see it again.
export const commitHeader = 'palier-commit'
