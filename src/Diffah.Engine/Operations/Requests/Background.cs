namespace Diffah.Engine.Operations.Requests;

/// <summary>
/// The door of every operation: its work leaves the caller's context here, once. Behind it the engine awaits plainly. A
/// caller with a context, such as a window, may so wait for an operation, and none of the work is posted to it.
/// </summary>
internal static class Background
{
    /// <summary>Does the work where no context and no scheduler of the caller's is.</summary>
    /// <param name="work">The work.</param>
    public static Task<T> RunAsync<T>(Func<Task<T>> work) =>
        SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default
            ? work()
            : Task.Run(work);
}
