import CGLPK

/// How the process deals with memory that it frees.
public enum SolverMemory {
  /// Keeps freed memory in the process. The solver asks for and frees the same large arrays at every solve; an
  /// allocator that returns them to the system and touches them anew takes a sixth of the time of thousands
  /// of short solves. For programs that do little else.
  public static func keepFreed() { lpk_keep_freed_memory() }
}
