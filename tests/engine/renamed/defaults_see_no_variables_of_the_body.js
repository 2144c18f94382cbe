const value = 1;
function go(read = () => value) {
  var value = 2;
  return [read(), value];
}
log(go());
