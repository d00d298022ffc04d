// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who only uses Lodestone builds the benchmark library.
let package = Package(
  name: "lodestone-benchmarks",
  dependencies: [
    .package(name: "lodestone", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
    .executableTarget(
      name: "Phases",
      dependencies: [
        "CAllocations",
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "LinearProgramming", package: "lodestone"),
        .product(name: "SupplyChain", package: "lodestone"),
        .product(name: "Allocation", package: "lodestone"),
        .product(name: "Analysis", package: "lodestone"),
        .product(name: "Reporting", package: "lodestone"),
      ],
      path: "Benchmarks/Phases",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
