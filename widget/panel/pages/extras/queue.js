// A queue's form: who answers comes first, what callers hear and what happens when it overflows follow.

export function looks() {
  return {};
}
