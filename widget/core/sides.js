// Who is who in a call's text, and where its recording begins. Pure.

/** What the sides of a call are called. @param {any} call @returns {{client: string, operator: string}} */
export function sideNames(call) {
  const client = call.direction === "outbound" ? call.called : call.caller_name || call.caller;
  return { client: client || "", operator: call.operator_name || "" };
}

/** Seconds from a text's start to its recording's. @param {{started_at: string}} recording @param {any} transcript */
export function startsAfter(recording, transcript) {
  // A text made from the recording itself has the recording's own times.
  if (!transcript || transcript.source === "recording") return 0;
  return (Date.parse(recording.started_at) - Date.parse(transcript.started_at)) / 1000;
}
