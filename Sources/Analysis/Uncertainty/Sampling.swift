import Foundation
import SupplyChain

/// Random numbers that are the same on every machine and can be drawn in any order: SplitMix64 (Steele, Lea
/// and Flood 2014), whose n-th number is a function of the seed and n alone.
///
///     let numbers = RandomNumbers(seed: 0)
///     numbers[0]  // 0xe220a8397b1dcdaf
public struct RandomNumbers: Sendable {
  private let seed: UInt64

  public init(seed: UInt64) { self.seed = seed }

  /// The number at a place of the sequence, counted from 0.
  public subscript(index: UInt64) -> UInt64 {
    var z = seed &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number above 0 and below 1: the middles of 2⁵³ equal parts.
  public func uniform(_ index: UInt64) -> Double {
    (Double(self[index] >> 11) + 0.5) * 0x1p-53
  }

  /// A whole number from 0 to `count - 1`; the bias is below `count`·2⁻⁶⁴.
  public func whole(_ index: UInt64, below count: UInt64) -> UInt64 {
    self[index].multipliedFullWidth(by: count).high
  }
}

extension Uncertainty.Distribution {
  /// The factor below which a share `u` of all draws lies, 0 < u < 1. A normal factor below 0 counts as 0.
  public func quantile(_ u: Double) -> Double {
    switch self {
    case .normal(let mean, let sd): return max(0, mean + sd * standardNormalQuantile(u))
    case .uniform(let low, let high): return low + (high - low) * u
    case .lognormal(let median, let gsd): return median * exp(log(gsd) * standardNormalQuantile(u))
    case .triangular(let low, let mode, let high):
      let width = high - low
      guard width > 0 else { return mode }
      let share = (mode - low) / width
      return u < share
        ? low + (u * width * (mode - low)).squareRoot()
        : high - ((1 - u) * width * (high - mode)).squareRoot()
    }
  }
}

/// The factors of Monte Carlo samples around a model (`uncertainty.sample`).
///
/// Sample `i` of a model with K varied paths takes the uniform numbers `i·K … i·K + K − 1` of the seed's
/// sequence, one a path in the order of the file, each put through its distribution's quantile function. So a
/// sample depends on the seed, its number and the list of paths alone: a longer run begins with the same samples.
public struct FactorSamples: Sendable {
  public let paths: [String]
  public let distributions: [Uncertainty.Distribution]
  private let numbers: RandomNumbers

  /// - Parameter seed: instead of the model's own.
  public init(_ sample: Uncertainty.Sample, seed: Int? = nil) {
    paths = sample.vary.map(\.path)
    distributions = sample.vary.map(\.factor)
    numbers = RandomNumbers(seed: UInt64(bitPattern: Int64(seed ?? sample.seed)))
  }

  /// One factor a path.
  public subscript(index: Int) -> [Double] {
    let first = UInt64(truncatingIfNeeded: index) &* UInt64(distributions.count)
    return distributions.enumerated().map { k, distribution in
      distribution.quantile(numbers.uniform(first &+ UInt64(k)))
    }
  }
}

/// The first samples of a model: one list a sample, one factor a path of `sample.vary`.
public func samples(
  of sample: Uncertainty.Sample, count: Int? = nil, seed: Int? = nil
) -> [[Double]] {
  let all = FactorSamples(sample, seed: seed)
  return (0..<max(0, count ?? sample.count)).map { all[$0] }
}

/// Quantile of the standard normal distribution, accurate to about 1 part in 10¹⁶ (Wichura 1988, AS 241).
func standardNormalQuantile(_ u: Double) -> Double {
  let q = u - 0.5
  if abs(q) <= 0.425 {
    let r = 0.180625 - q * q
    return q * polynomial(r, Wichura.a) / polynomial(r, Wichura.b)
  }
  let r = (-log(q < 0 ? u : 1 - u)).squareRoot()
  let tail =
    r <= 5
    ? polynomial(r - 1.6, Wichura.c) / polynomial(r - 1.6, Wichura.d)
    : polynomial(r - 5, Wichura.e) / polynomial(r - 5, Wichura.f)
  return q < 0 ? -tail : tail
}

private func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
  coefficients.reversed().reduce(0) { $0 * x + $1 }
}

/// Coefficients of the three rational approximations, the constant first.
private enum Wichura {
  static let a = [
    3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3,
  ]
  static let b = [
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
    5.2264952788528545610e3,
  ]
  static let c = [
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4,
  ]
  static let d = [
    1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ]
  static let e = [
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ]
  static let f = [
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ]
}
