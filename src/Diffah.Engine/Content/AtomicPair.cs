using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>Makes two files that belong together appear together, or not at all.</summary>
internal static class AtomicPair
{
    /// <summary>
    /// Gives both files their names. The first is replaced in one step. The second appears right before it; its old
    /// content comes back where the first can't be replaced. Call it when both are finished.
    /// </summary>
    /// <param name="first">The file that matters.</param>
    /// <param name="second">The file that goes with it.</param>
    /// <exception cref="DiffahException">DestinationExists, where another process created one of them
    /// meanwhile.</exception>
    public static void Commit(AtomicFile first, AtomicFile second)
    {
        var kept = File.Exists(second.FinalPath) ? RunNames.NewFileBeside(second.FinalPath) : null;
        using var held = kept is null ? null : Keep(second.FinalPath, kept);
        try
        {
            second.Commit();
            Follow(first, second, kept);
        }
        finally
        {
            if (kept is not null)
                File.Delete(kept);
        }
    }

    // Locked from its first byte on: no other run takes it for what a killed one left.
    private static FileStream Keep(string path, string kept)
    {
        var copy = new FileStream(kept, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            using var content = new FileStream(path, FileMode.Open, FileAccess.Read);
            content.CopyTo(copy);
            return copy;
        }
        catch
        {
            copy.Dispose();
            File.Delete(kept);
            throw;
        }
    }

    private static void Follow(AtomicFile first, AtomicFile second, string? kept)
    {
        try
        {
            first.Commit();
        }
        catch
        {
            if (kept is null)
                File.Delete(second.FinalPath);
            else
                File.Move(kept, second.FinalPath, overwrite: true);
            throw;
        }
    }
}
