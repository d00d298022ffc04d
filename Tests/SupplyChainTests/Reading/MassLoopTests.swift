import TestSupport
import Testing

@testable import SupplyChain

@Suite struct MassLoopTests {
  private static let loop = """
    lodestone: 1
    name: Loop
    horizon: { start: 2026, end: 2026 }
    money: { currency: USD }
    provenance: { classes: { home: 0, foreign: 1 }, countries: { US: home, CN: foreign } }
    commodities: { ore: { stage: mine }, scrap: { stage: recycling } }
    facilities:
      use: { stage: mine, country: US, commercial: false, recipe: { in: { ore: 1 }, out: { scrap: 1 } }, existing: 10 kt/yr }
      recycle: { stage: recycling, country: US, commercial: false, recipe: { in: { scrap: 1 }, out: { ore: 2 } }, existing: 10 kt/yr }
      seed: { stage: mine, country: US, commercial: false, recipe: { out: { ore: 1 } }, existing: 1 kg/yr }
    demand: { need: { commodity: ore, quantity: 1 kt/yr } }
    """

  @Test func `recipes that make more together than they take are told`() throws {
    #expect(
      try Example.read(Self.loop).warnings.map { "\($0.line): \($0.message)" } == [
        "8: the recipes of use, recycle together yield 2 t of ore for a tonne of it: they make it from nothing"
      ])
    #expect(try Example.read(Self.loop.replacing("ore: 2 }", with: "ore: 1 }")).warnings.isEmpty)
    #expect(try Example.read(Self.loop.replacing("ore: 2 }", with: "ore: 0.9 }")).warnings.isEmpty)
  }

  @Test func `a loop over what comes back is one too`() throws {
    let text =
      Self.loop.replacing(
        "recipe: { in: { ore: 1 }, out: { scrap: 1 } }", with: "recipe: { out: { ore: 1 } }")
      + "\nreturns: { back: { commodity: scrap, country: US, fraction: 60% } }"
    #expect(try Example.read(text).warnings.contains { $0.message.contains("yield 1.2 t of ore") })
    let less = text.replacing("60%", with: "50%")
    #expect(try Example.read(less).warnings.isEmpty)
  }

  @Test func `what needs material from outside makes nothing from nothing`() {
    // 1 t of ore and 1 t of feed to 2 t of scrap, 1 t of scrap to 1 t of ore.
    let conversions = [
      MassLoops.Conversion(name: "a", inputs: [(0, 1), (2, 1)], outputs: [(1, 2)]),
      MassLoops.Conversion(name: "b", inputs: [(1, 1)], outputs: [(0, 1)]),
    ]
    #expect(MassLoops.gain(conversions, commodities: 3) == nil)
  }

  /// Recipes of one input and one output make something from nothing exactly where a cycle's yields multiply to more
  /// than 1: the longest walk by logarithms grows without end.
  @Test func `loops are found where the yields around some cycle multiply to more than one`() {
    var random = Random(3)
    var gains = 0
    var none = 0
    for _ in 0..<3000 {
      let commodities = 2 + random.below(6)
      let conversions = (0..<(1 + random.below(9))).map { index in
        MassLoops.Conversion(
          name: "\(index)", inputs: [(random.below(commodities), 1)],
          outputs: [(random.below(commodities), Double(2 + random.below(17)) / 10)])
      }
      // Bellman and Ford on the logarithms of the yields.
      var best = [Double](repeating: 1, count: commodities)
      var grows = false
      for round in 0...commodities {
        var next = best
        for conversion in conversions {
          let value = best[conversion.inputs[0].commodity] * conversion.outputs[0].amount
          next[conversion.outputs[0].commodity] = max(next[conversion.outputs[0].commodity], value)
        }
        grows = zip(next, best).contains { $0 > $1 * (1 + 1e-9) }
        if round == commodities { break }
        best = next
      }
      let gain = MassLoops.gain(conversions, commodities: commodities)
      #expect((gain != nil) == grows, "\(conversions)")
      if grows { gains += 1 } else { none += 1 }
      if let gain { #expect(gain.ratio > 1) }
    }
    #expect(gains > 500 && none > 500)
  }
}
