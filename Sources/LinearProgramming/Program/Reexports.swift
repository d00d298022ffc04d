import LinearAlgebra
import Support

// Types of the layers below that are part of this library's interface.

/// A flag that asks a running solve to stop; any thread and a signal handler may set it.
public typealias Cancellation = Support.Cancellation

/// A fill-reducing ordering of rows that related programs can share.
public typealias FillReducingOrdering = LinearAlgebra.FillReducingOrdering
