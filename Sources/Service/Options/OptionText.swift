import Analysis
import Reporting
import SupplyChain

/// What is wrong with an option, in words for whoever wrote it.
public struct OptionProblem: Error, Sendable, Equatable {
  public var message: String
  public init(_ message: String) { self.message = message }
}

/// How options are written, in the same words on the command line and in requests.
public enum OptionText {
  /// `0.01` or `1%`, from 0 to 1; nil for anything else.
  public static func fraction(_ text: String) -> Double? {
    number(text).flatMap { $0 <= 1 ? $0 : nil }
  }

  /// What appropriations are multiplied by: `0.5` or `50%`, at most 1e9; nil for anything else.
  public static func budgetScale(_ text: String) -> Double? {
    number(text).flatMap { $0 <= 1e9 ? $0 : nil }
  }

  /// What a budget scale may be, for messages.
  public static let budgetScaleWords = "a number from 0 to 1e9 or a share, like 0.5 or 50%"

  private static func number(_ text: String) -> Double? {
    let isPercent = text.hasSuffix("%")
    let digits = isPercent ? text.dropLast() : Substring(text)
    guard digits.first.map({ $0.isNumber || $0 == "." }) == true, let number = Double(digits)
    else { return nil }
    let value = isPercent ? number / 100 : number
    return value.isFinite && value >= 0 ? value : nil
  }

  /// `a+b` as its parts.
  public static func parts(_ text: String) -> [String] {
    text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
  }

  /// `PATH=VALUE` at the first `=` outside brackets; nil where there is none.
  public static func setting(_ text: String) -> Case.Setting? {
    var depth = 0
    for index in text.indices {
      switch text[index] {
      case "[": depth += 1
      case "]": depth -= 1
      case "=" where depth <= 0 && index > text.startIndex:
        return Case.Setting(
          path: String(text[..<index]), value: String(text[text.index(after: index)...]))
      default: break
      }
    }
    return nil
  }

  /// Names separated by commas: objectives that every model has, and measures of this one, such as
  /// `dependency,maximize jobs`.
  ///
  /// - Parameter option: that they are the value of, for messages.
  public static func objectives(
    _ text: String, in model: Model, of option: String = "--objective"
  ) throws(OptionProblem) -> [Objective] {
    var list: [Objective] = []
    for name in names(text) {
      let value: Objective
      do throws(ObjectiveProblem) {
        value = try model.objectives(written: [name])[0]
      } catch {
        let why = error.reason.map { ": \($0)" } ?? " is not an objective"
        throw OptionProblem(
          "\(option): '\(printable(name))'\(printable(why)); expected \(printable(error.expected))"
            + (error.help.map { "; \(printable($0))" } ?? ""))
      }
      if !list.contains(where: { $0.name == value.name }) { list.append(value) }
    }
    return list
  }

  /// The two or three objectives that are traded against each other; without a text the model's first two.
  public static func traded(
    _ text: String?, in model: Model
  ) throws(OptionProblem) -> [Objective] {
    guard let text else {
      guard model.objectives.count >= 2 else {
        throw OptionProblem("the model has one objective; name two, like dependency,public_cost")
      }
      return Array(model.objectives.prefix(2))
    }
    let count = names(text).count
    guard (2...3).contains(count) else {
      throw OptionProblem(
        "name two or three objectives, like dependency,public_cost, found '\(printable(text))'")
    }
    let list = try objectives(text, in: model, of: "--objectives")
    guard list.count == count else {
      throw OptionProblem(
        "one of '\(printable(text))' is named twice; name two or three, like dependency,public_cost"
      )
    }
    return list
  }

  /// The names of a list of objectives, which may have spaces after its commas.
  public static func names(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop { $0 == " " })
    }
  }

  /// `5years`, `5 years`, `1year`, `5yr` or `5`: from 1 to 1000.
  public static func wholeYears(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard ["", "y", "yr", "year", "years"].contains(unit), digits.count <= 4,
      let years = Int(digits), (1...1000).contains(years)
    else { return nil }
    return years
  }
}
