const word = 'x', tag = (parts, ...values) => [parts.raw, values];
log(tag`a${word}b${`${word}`}`, /a/g.test(word));
