import ArgumentParser
import Service

/// What `--budget-scale` multiplies every appropriation by: `0.5` or `50%`.
struct BudgetScale: ExpressibleByArgument, Equatable {
  var value: Double

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    guard let value = OptionText.budgetScale(argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}
