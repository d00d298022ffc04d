/// Lengths of a step, from 0 to 1, in the primal variables and in the multipliers.
struct StepLengths {
  var primal = 0.0
  var dual = 0.0

  /// The lengths that are taken: a full step, or a little less than what reaches the boundary.
  var damped: StepLengths {
    func damped(_ length: Double) -> Double { length < 1 ? 0.995 * length : 1 }
    return StepLengths(primal: damped(primal), dual: damped(dual))
  }

  /// Whether one of them is so short that the point must be centred before it can go on.
  var isCutShort: Bool { min(primal, dual) < 0.1 }
}

/// The choices of a predictor–corrector iteration (Mehrotra 1992) with multiple centrality correctors (Gondzio
/// 1996), each added with the weight that allows the longest step (Colombo and Gondzio 2008).
///
/// It holds the constants and the decisions; the methods that use it keep their own vectors.
struct PredictorCorrector {
  /// Step lengths of the direction so far.
  private(set) var lengths = StepLengths()

  /// Centrality correctors of an iteration at most; each is a solve with the same factors.
  static let mostCorrectors = 5
  /// Step lengths from which on no further corrector is tried.
  private static let sufficientLength = 0.9
  /// The least gain of both lengths together for which another corrector is tried.
  private static let leastGain = 0.02
  /// The least gain of a length for which a smaller weight is preferred: for less, a smaller weight would leave
  /// the point off centre.
  private static let leastWeightGain = 0.005
  /// The least weight of a corrector.
  static let leastWeight = 0.1
  private static let weightCount = 9

  /// The centring target: what the products of slack and bound dual shall become.
  ///
  /// - Parameters:
  ///   - ratio: complementarity after the predictor's step, relative to that before.
  ///   - mu: the mean product before the step.
  static func centringTarget(ratio: Double, mu: Double) -> Double {
    max(ratio * ratio * ratio, 1e-6) * mu
  }

  /// The least weight of Mehrotra's corrector after a predictor with these step lengths.
  static func leastWeight(after predictor: StepLengths) -> Double {
    max(leastWeight, predictor.primal * predictor.dual)
  }

  /// Whether another centrality corrector may lengthen the step.
  var isShort: Bool { min(lengths.primal, lengths.dual) < PredictorCorrector.sufficientLength }

  /// The step lengths that the next centrality corrector aspires to.
  var aspired: StepLengths {
    func aspired(_ length: Double) -> Double { min(1, 1.08 * length + 0.5) }
    return StepLengths(primal: aspired(lengths.primal), dual: aspired(lengths.dual))
  }

  /// Weights to try for a corrector, from 1 down to the least.
  static func weights(least: Double) -> [Double] {
    (0..<weightCount).map { 1 - (1 - least) * Double($0) / 8 }
  }

  /// Whether the last corrector gained enough over `former` to try another.
  func hasGained(over former: StepLengths) -> Bool {
    lengths.primal + lengths.dual >= former.primal + former.dual + PredictorCorrector.leastGain
  }

  /// Chooses the weights of a corrector that lengthen the step the most; 0 where none does.
  ///
  /// - Parameter found: the step lengths with each of the weights.
  mutating func choose(_ weights: [Double], _ found: [StepLengths]) -> StepLengths {
    var chosen = StepLengths()
    let gain = PredictorCorrector.leastWeightGain
    for (weight, length) in zip(weights, found) {
      if length.primal > lengths.primal + (chosen.primal > 0 ? gain : 0) {
        (chosen.primal, lengths.primal) = (weight, length.primal)
      }
      if length.dual > lengths.dual + (chosen.dual > 0 ? gain : 0) {
        (chosen.dual, lengths.dual) = (weight, length.dual)
      }
    }
    return chosen
  }
}
