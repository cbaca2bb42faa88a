// The equations of simulator/core/softmax.py in float64; a test holds the two together.

function logSoftmax(logits, temperature) {
  const largest = Math.max(...logits)
  const shifted = logits.map((logit) => (logit - largest) / temperature)
  const logTotal = Math.log(shifted.reduce((total, value) => total + Math.exp(value), 0))
  return shifted.map((value) => value - logTotal)
}

function examine(logits, temperature, target) {
  const logs = logSoftmax(logits, temperature)
  const probabilities = logs.map(Math.exp)
  return {
    probabilities,
    entropy: -probabilities.reduce((total, p, k) => total + p * logs[k], 0),
    largest: probabilities.indexOf(Math.max(...probabilities)),
    loss: -logs[target],
    gradient: probabilities.map((p, k) => (p - (k === target ? 1 : 0)) / temperature),
  }
}

function sweep(logits, temperatures) {
  return temperatures.map((temperature) => logSoftmax(logits, temperature).map(Math.exp))
}

// Stops of the temperature slider: even on a log scale, 1 in the middle, three significant digits.
const TEMPERATURE_STOPS = 100
function temperatureAt(stop, largest) {
  return Number((largest ** (stop / TEMPERATURE_STOPS)).toPrecision(3))
}

function stopOf(temperature, largest) {
  return clamp(Math.round((Math.log(temperature) / Math.log(largest)) * TEMPERATURE_STOPS), -TEMPERATURE_STOPS, TEMPERATURE_STOPS)
}
