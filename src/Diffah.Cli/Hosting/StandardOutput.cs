using Microsoft.Win32.SafeHandles;

namespace Diffah.Cli.Hosting;

/// <summary>
/// Standard output for bytes. The console's own stream takes it for an end, not for a fault, that the reader went away.
/// </summary>
/// <param name="handle">The handle.</param>
internal sealed class StandardOutput(SafeFileHandle handle) : FileStream(handle, FileAccess.Write, bufferSize: 0)
{
    private const int Number = 1;

    /// <summary>Opens that of this process.</summary>
    public static Stream Open() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new StandardOutput(new SafeFileHandle(Number, ownsHandle: false));

    /// <inheritdoc/>
    public override void Flush()
    {
        base.Flush();
        // In a file this stream counts by itself where it is. Asking for the handle tells it to the system too, so that
        // whoever else has the handle, such as the next command of a shell's group, writes behind what is there.
        _ = SafeFileHandle;
    }
}
