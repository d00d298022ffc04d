/// Whether two figures agree to a share of the larger, or to `absolute` where both are next to nothing.
public func isClose(
  _ a: Double, _ b: Double, relative: Double = 1e-6, absolute: Double = 1e-9
) -> Bool {
  abs(a - b) <= relative * max(abs(a), abs(b)) + absolute
}
