function go({ first = 1, second = first }) {
  return [first, second];
}
log(go({}), go({ first: 2 }));
