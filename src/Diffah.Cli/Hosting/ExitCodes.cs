using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Hosting;

/// <summary>What the process answers with. An error's own code is <see cref="DiffahError.ExitCode"/>.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>A check of the environment failed.</summary>
    public const int Environment = (int)DiffahErrorCategory.Environment;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
