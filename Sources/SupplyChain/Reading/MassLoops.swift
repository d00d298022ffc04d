/// Recipes that together make something from nothing: nonnegative activities under which no commodity is used up and
/// some is left over. Recipes without inputs are sources and do not count.
///
/// The largest surplus at a total activity of 1 is a linear program with the activities as columns and a row a
/// commodity; its origin is feasible. The primal simplex method on a dense tableau with Bland's rule, which cannot
/// cycle, solves it: loops are small.
package struct MassLoops {
  /// A conversion: a recipe, or deliveries that come back.
  package struct Conversion {
    package var name: String
    package var inputs: [(commodity: Int, amount: Double)]
    package var outputs: [(commodity: Int, amount: Double)]

    package init(
      name: String, inputs: [(commodity: Int, amount: Double)],
      outputs: [(commodity: Int, amount: Double)]
    ) {
      self.name = name
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  struct Gain {
    /// Indices of the conversions that take part.
    var conversions: [Int]
    var commodity: Int
    /// What is made of the commodity for a tonne of it that is used.
    var ratio: Double
  }

  /// Larger systems are not looked at.
  private static let largestTableau = 4_000_000
  /// Of larger ones it is taken that they sustain themselves.
  private static let largestSustaining = 40_000
  private static let tolerance = 1e-9

  /// The conversions that may run on nothing but what they make: all whose inputs are made by others of them, where
  /// some of them together use no more of anything than they make. Empty where none can. Some of the conversions that
  /// are named may still be unable to run.
  package static func selfSustaining(_ conversions: [Conversion], commodities: Int) -> [Int] {
    let kept = inLoops(conversions, commodities)
    let used = Set(kept.flatMap { conversions[$0].inputs.map(\.commodity) }).sorted()
    guard !kept.isEmpty, (used.count + 1) * (kept.count + 1) <= largestSustaining else {
      return kept
    }
    let columns = columns(kept.map { conversions[$0] }, used, yield: 1 + 1e-9)
    let activity = largest(
      [Double](repeating: 1, count: kept.count), columns, rows: used.count)
    return activity.reduce(0, +) > 0.5 ? kept : []
  }

  /// By conversion what an activity of 1 uses of each commodity less what it makes of it.
  private static func columns(
    _ conversions: [Conversion], _ used: [Int], yield: Double = 1
  ) -> [[Double]] {
    let row = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    return conversions.map { conversion in
      var column = [Double](repeating: 0, count: used.count)
      for (commodity, amount) in conversion.inputs {
        if let row = row[commodity] { column[row] += amount }
      }
      for (commodity, amount) in conversion.outputs {
        if let row = row[commodity] { column[row] -= amount * yield }
      }
      return column
    }
  }

  /// A loop with a gain; nil where there is none.
  static func gain(_ conversions: [Conversion], commodities: Int) -> Gain? {
    let kept = inLoops(conversions, commodities)
    guard !kept.isEmpty else { return nil }
    let used = Set(kept.flatMap { conversions[$0].inputs.map(\.commodity) }).sorted()
    guard (used.count + 1) * (kept.count + 1) <= largestTableau else { return nil }
    let columns = columns(kept.map { conversions[$0] }, used)
    // Surplus: what the activities leave of the commodities that they use.
    let surplus = columns.map { -$0.reduce(0, +) }
    let activity = largest(surplus, columns, rows: used.count)
    guard zip(surplus, activity).reduce(0, { $0 + $1.0 * $1.1 }) > 1e-6 else { return nil }
    // Of which commodity: one that is used where its own surplus is largest.
    for (position, commodity) in used.enumerated() {
      let activity = largest(columns.map { -$0[position] }, columns, rows: used.count)
      let active = activity.indices.filter { activity[$0] > tolerance }
      func sum(_ list: KeyPath<Conversion, [(commodity: Int, amount: Double)]>) -> Double {
        active.reduce(0) { sum, column in
          conversions[kept[column]][keyPath: list].filter { $0.commodity == commodity }
            .reduce(sum) { $0 + $1.amount * activity[column] }
        }
      }
      let taken = sum(\.inputs)
      guard taken > tolerance, sum(\.outputs) > taken * (1 + 1e-6) else { continue }
      return Gain(
        conversions: active.map { kept[$0] }, commodity: commodity, ratio: sum(\.outputs) / taken)
    }
    return nil
  }

  /// The conversions all of whose inputs are made by others, again and again.
  private static func inLoops(_ conversions: [Conversion], _ commodities: Int) -> [Int] {
    var kept = conversions.indices.filter { index in
      conversions[index].inputs.contains { $0.amount > 0 }
    }
    while true {
      var isMade = [Bool](repeating: false, count: commodities)
      for index in kept {
        for output in conversions[index].outputs where output.amount > 0 {
          isMade[output.commodity] = true
        }
      }
      let next = kept.filter { index in
        conversions[index].inputs.allSatisfy { $0.amount <= 0 || isMade[$0.commodity] }
      }
      if next.count == kept.count { return kept }
      kept = next
    }
  }

  /// The activities, 0 or more and at most 1 in all, of the largest profit with every row at most 0.
  private static func largest(_ profit: [Double], _ columns: [[Double]], rows: Int) -> [Double] {
    let count = columns.count
    let width = count + 1
    // Rows: commodities, then the sum of the activities. The last column is the right-hand side.
    var tableau = [[Double]](repeating: [Double](repeating: 0, count: width), count: rows + 1)
    for (column, entries) in columns.enumerated() {
      for row in 0..<rows { tableau[row][column] = entries[row] }
      tableau[rows][column] = 1
    }
    tableau[rows][count] = 1
    var cost = profit + [0]
    // What is basic in each row and what stands in each column: activities, then slacks.
    var basic = (0...rows).map { count + $0 }
    var free = Array(0..<count)
    for _ in 0..<(50 * (rows + count) + 1000) {
      let candidates = (0..<count).filter { cost[$0] > tolerance }
      guard let entering = candidates.min(by: { free[$0] < free[$1] }) else { break }
      var leaving: Int?
      var least = Double.infinity
      for row in 0...rows where tableau[row][entering] > tolerance {
        let step = tableau[row][count] / tableau[row][entering]
        let isTie = abs(step - least) <= 1e-12
        if step < least - 1e-12 || (isTie && basic[row] < basic[leaving ?? row]) {
          (leaving, least) = (row, min(step, least))
        }
      }
      guard let leaving else { break }
      pivot(&tableau, &cost, leaving, entering)
      swap(&basic[leaving], &free[entering])
    }
    var activity = [Double](repeating: 0, count: count)
    for (row, variable) in basic.enumerated() where variable < count {
      activity[variable] = tableau[row][count]
    }
    return activity
  }

  /// Exchanges the variable of a row with that of a column.
  private static func pivot(
    _ tableau: inout [[Double]], _ cost: inout [Double], _ row: Int, _ column: Int
  ) {
    let element = tableau[row][column]
    for k in tableau[row].indices { tableau[row][k] /= element }
    tableau[row][column] = 1 / element
    let pivotRow = tableau[row]
    func eliminate(_ line: inout [Double]) {
      let factor = line[column]
      if factor == 0 { return }
      for k in line.indices where k != column { line[k] -= factor * pivotRow[k] }
      line[column] = -factor / element
    }
    for other in tableau.indices where other != row { eliminate(&tableau[other]) }
    eliminate(&cost)
  }
}

extension Warnings {
  /// Tells of recipes, with what comes back at the end of its life, that make more of something than they use.
  mutating func checkLoops() {
    var conversions = model.facilities.map { facility in
      MassLoops.Conversion(
        name: facility.id, inputs: facility.recipe.inputs, outputs: facility.recipe.outputs)
    }
    for stream in model.returns where stream.fraction > 0 {
      for commodity in Set(stream.from.map { model.demand[$0].commodity }).sorted() {
        conversions.append(
          MassLoops.Conversion(
            name: "returns \(stream.id)", inputs: [(commodity, 1)],
            outputs: [(stream.commodity, stream.fraction)]))
      }
    }
    guard let gain = MassLoops.gain(conversions, commodities: model.commodities.count) else {
      return
    }
    let names = gain.conversions.map { conversions[$0].name }
    let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    let first = gain.conversions.first { $0 < model.facilities.count }
    warn(
      "the recipes of \(shown) \(names.count > 1 ? "together " : "")yield \(rounded(gain.ratio)) t of "
        + "\(model.commodities[gain.commodity].id) for a tonne of it: they make it from nothing",
      first.map { model.facilities[$0].location } ?? model.commodities[gain.commodity].location,
      help: "check the yields around the loop")
  }
}
