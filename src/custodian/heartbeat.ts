export interface HeartbeatLimits {
  readonly everyMs: number;
  /** So many beats may stay unanswered, before the first answer and after it. */
  readonly silentAtStart: number;
  readonly silentLater: number;
}

export const HEARTBEAT_LIMITS: HeartbeatLimits = { everyMs: 2_000, silentAtStart: 30, silentLater: 10 };

export interface Heartbeat {
  pong(): void;
  stop(): void;
}

/**
 * Asks a process again and again whether it lives. Beats are counted, not seconds: a machine that slept
 * has not silenced anybody.
 * @param ping sends the next beat
 * @param onSilence called once, when too many beats in a row had no answer
 */
export function startHeartbeat(
  ping: (beat: number) => void,
  onSilence: () => void,
  limits: HeartbeatLimits = HEARTBEAT_LIMITS,
): Heartbeat {
  let beat = 0;
  let unanswered = 0;
  let allowed = limits.silentAtStart;
  const timer = setInterval(() => {
    if (unanswered >= allowed) {
      clearInterval(timer);
      onSilence();
      return;
    }
    unanswered += 1;
    beat += 1;
    ping(beat);
  }, limits.everyMs);
  return {
    pong: () => {
      unanswered = 0;
      allowed = limits.silentLater;
    },
    stop: () => clearInterval(timer),
  };
}
