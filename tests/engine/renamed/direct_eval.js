const secret = 1;
function go(given) {
  const inner = 2;
  return eval('secret + given + inner');
}
log(go(3));
