// Runs one command on a host through winrm-client.
//
//     node client.js HOST PORT basic|ntlm USER PASSWORD cmd|powershell COMMAND
//
// Prints one JSON object: stdout, or error. The library gives no exit code and no standard error on success,
// and chooses NTLM for users of the form DOMAIN\name, Basic for others.
"use strict";

const winrm = require("winrm-client");

const [host, port, authentication, user, password, kind, command] = process.argv.slice(2);
const account = authentication === "ntlm" ? `.\\${user}` : user;
const run = kind === "powershell" ? winrm.runPowershell : winrm.runCommand;

// Kept-alive connections would hold the process.
const finish = (answer) => process.stdout.write(JSON.stringify(answer) + "\n", () => process.exit(0));

run(command, host, account, password, Number(port)).then(
  (stdout) => finish({ stdout }),
  (error) => finish({ error: String(error.message || error) }),
);
