const long = 1, other = 2;
log({ long, other });
const { a: one, length } = { a: 3, length: 4 };
log(one, length);
