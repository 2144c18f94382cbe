const grüße = '你好 😀';
log(grüße, `
${grüße}`);
const after = 1;
log(after);
