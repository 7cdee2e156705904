// Lets this device keep the verifier for a place without a connection, where it can.

export async function keep(worker, scope, told) {
  const devices = navigator.serviceWorker;
  if (!devices) return;
  devices.addEventListener("message", told);
  const policy = window.trustedTypes?.createPolicy("worker", { createScriptURL: () => worker });
  await devices.register(policy ? policy.createScriptURL("") : worker, { scope });
  (await devices.ready).active.postMessage("keep");
}
