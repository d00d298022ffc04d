// swift-tools-version: 6.2
import PackageDescription

/// Where this is set, as in continuous integration, warnings are errors.
let strict: [SwiftSetting] =
  Context.environment["LODESTONE_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// Where this is set, as by `make test`, the numerical targets are optimised in debug builds too: the tests take half
/// the time. Assertions, bounds checks of buffers and overflow checks stay those of a debug build. Optimised as whole modules
/// they take three quarters of the time that they take file by file.
let isOptimised = Context.environment["LODESTONE_OPTIMISED_TESTS"] != nil
let numerical: [SwiftSetting] =
  isOptimised
  ? strict + [
    .unsafeFlags(
      ["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode", "-assert-config", "Debug"],
      .when(configuration: .debug))
  ]
  : strict
let numericalC: [CSetting] =
  isOptimised ? [.unsafeFlags(["-O2"], .when(configuration: .debug))] : []

let package = Package(
  name: "lodestone",
  products: [
    .executable(name: "lodestone", targets: ["lodestone"]),
    .library(name: "LinearProgramming", targets: ["LinearProgramming"]),
    .library(name: "SupplyChain", targets: ["SupplyChain"]),
    .library(name: "Allocation", targets: ["Allocation"]),
    .library(name: "Analysis", targets: ["Analysis"]),
    .library(name: "Reporting", targets: ["Reporting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .target(name: "CSupport"),
    .target(name: "Support", dependencies: ["CSupport"], swiftSettings: numerical),
    .target(name: "CGLPK", dependencies: ["CSupport"], linkerSettings: [.linkedLibrary("glpk")]),
    .target(name: "CDense", cSettings: numericalC),
    .target(
      name: "LinearAlgebra", dependencies: ["CDense", "Support"], swiftSettings: numerical),
    .target(
      name: "LinearProgramming",
      dependencies: ["BigInt", "CGLPK", "CDense", "LinearAlgebra", "Support"],
      swiftSettings: numerical),
    .target(name: "SupplyChain", dependencies: ["Support", "Yams"], swiftSettings: strict),
    .target(
      name: "Allocation", dependencies: ["LinearProgramming", "SupplyChain", "Support"],
      swiftSettings: numerical),
    .target(
      name: "Analysis",
      dependencies: ["Allocation", "Support", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .target(name: "CFileSystem"),
    .target(name: "CPages", exclude: ["Live", "Report"]),
    .target(
      name: "Reporting",
      dependencies: ["Allocation", "Analysis", "CFileSystem", "CPages", "Support"],
      swiftSettings: strict),
    .target(
      name: "Service",
      dependencies: ["Allocation", "Analysis", "LinearProgramming", "Reporting", "Support"],
      swiftSettings: strict),
    .executableTarget(
      name: "lodestone",
      dependencies: [
        "Allocation", "Analysis", "Reporting", "Service", "Support",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Support"], path: "Tests/Support", swiftSettings: strict),
    .testTarget(
      name: "LinearProgrammingTests",
      dependencies: ["CDense", "LinearAlgebra", "LinearProgramming", "Support", "TestSupport"]),
    .testTarget(
      name: "SupplyChainTests", dependencies: ["Allocation", "SupplyChain", "TestSupport"]),
    .testTarget(
      name: "AllocationTests", dependencies: ["Allocation", "LinearProgramming", "TestSupport"]),
    .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "TestSupport"]),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting", "TestSupport"]),
    .testTarget(name: "ServiceTests", dependencies: ["Reporting", "Service", "TestSupport"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Allocation", "Analysis", "Reporting", "Service", "lodestone", "TestSupport"],
      exclude: ["Golden/README.md", "Golden/Transcripts", "Golden/session.txt"]),
    .target(
      name: "Fuzzing",
      dependencies: ["Allocation", "LinearProgramming", "Service", "SupplyChain", "TestSupport"],
      path: "Tests/Fuzz/Fuzzing", swiftSettings: strict),
    .executableTarget(
      name: "fuzz", dependencies: ["Fuzzing", "TestSupport"], path: "Tests/Fuzz/fuzz",
      swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["Fuzzing", "TestSupport"], path: "Tests/Fuzz/FuzzTests"),
  ],
  swiftLanguageModes: [.v6]
)
