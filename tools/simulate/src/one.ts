import { makePlan } from './plan/make-plan.ts';
import { runSchedule } from './run-schedule.ts';
const from=Number(process.argv[2]), n=Number(process.argv[3]??1), verbose=process.argv[4]==='v';
const counts=new Map<string,number>(); let steps=0,bad=0; const t=performance.now(); const kinds=new Map<string,number[]>();
for(let s=from;s<from+n;s++){ const r=await runSchedule(makePlan(s),{verbose}); steps+=r.steps; for(const [k,v] of r.counts) counts.set(k,(counts.get(k)??0)+v);
 if(verbose) console.log(r.lines.join('\n'));
 if(r.violations.length){bad++; const k=r.violations[0]!.replace(/[0-9a-f-]{36}/g,'<id>').replace(/\d+/g,'#').slice(0,110); (kinds.get(k)??kinds.set(k,[]).get(k))!.push(s); if(bad<8) console.log(s, r.violations.slice(0,4).join('\n   ').slice(0,900));}}
console.log('schedules',n,'bad',bad,'steps',steps,'ms each',(performance.now()-t)/n);
for(const [k,v] of [...kinds].sort((a,b)=>b[1].length-a[1].length)) console.log(v.length, k, v.slice(0,6).join(','));
if(process.argv[4]==='c'||verbose) for(const [k,v] of [...counts].sort()) console.log('   ',k,v);
