namespace Diffah.Engine.Diagnostics;

/// <summary>One row of the error table: a stable code and what follows from it on both faces.</summary>
/// <param name="Code">Stable identifier; a cmdlet's ErrorId begins with it, and scripts compare it.</param>
/// <param name="Category">Who can fix it. It decides the command line's exit code.</param>
/// <param name="PowerShellCategory">Name of a <c>System.Management.Automation.ErrorCategory</c>.</param>
/// <param name="NextAction">What to do next, where the thrower says nothing more precise.</param>
public sealed record DiffahError(
    string Code, DiffahErrorCategory Category, string PowerShellCategory, string NextAction)
{
    /// <summary>The command line's exit code, 1 to 4.</summary>
    public int ExitCode => (int)Category;
}
