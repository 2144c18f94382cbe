const undeclared = typeof e + typeof t + typeof n;
function go(value) {
  return [typeof a, typeof b, value];
}
log(undeclared, go(1));
