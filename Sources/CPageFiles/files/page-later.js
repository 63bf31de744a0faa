// Doing something once it is quiet.

/// A function that runs when it was not called for so many milliseconds.
export function debounced(action, pause) {
  let timer = null;
  const call = () => {
    clearTimeout(timer);
    timer = setTimeout(action, pause);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}
