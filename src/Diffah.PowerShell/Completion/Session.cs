using System.Management.Automation;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Completion;

/// <summary>The session that a command line is completed in. A completer is told nothing of it.</summary>
internal static class Session
{
    /// <summary>Resolves paths as the session does. On the session's thread.</summary>
    public static SessionPaths Paths =>
        new((SessionState)ScriptBlock.Create("$ExecutionContext.SessionState").Invoke()[0].BaseObject);

    /// <summary>
    /// The value of a variable, as code at the prompt sees it; null where there is none. On the session's thread.
    /// </summary>
    /// <param name="name">Name of the variable.</param>
    public static object? Variable(string name) =>
        ScriptBlock.Create($"$ExecutionContext.SessionState.PSVariable.GetValue('{name}')").Invoke() is [{ } value, ..]
            ? value.BaseObject
            : null;
}
