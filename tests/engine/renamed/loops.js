const reads = [];
for (let index = 0, end = 3; index < end; index++) reads.push(() => index);
for (const read of reads) log(read());
