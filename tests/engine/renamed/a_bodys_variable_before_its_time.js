function go({ e }) {
  let seen = typeof unset;
  var unset = e;
  return [seen, unset];
}
log(go({ e: 1 }));
