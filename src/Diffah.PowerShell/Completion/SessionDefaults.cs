using System.Collections;
using System.Management.Automation;

namespace Diffah.PowerShell.Completion;

/// <summary>
/// What $PSDefaultParameterValues says of a command that is being completed: PowerShell does not tell a completer.
/// </summary>
internal static class SessionDefaults
{
    private static readonly string[] Parameters =
        ["AuthFile", "Credential", "NoCredential", "RegistryToken", "SkipTlsVerification", "CertificateDirectory",
            "Source", "Reference", "Target", "Baseline", "Path", "LiteralPath"];

    /// <summary>
    /// The parameters that are typed, and beside them those that completion asks for and the session has defaults for.
    /// On the session's thread.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="bound">The parameters that are typed.</param>
    public static IDictionary Add(string command, IDictionary bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        var all = new Hashtable(bound, StringComparer.OrdinalIgnoreCase);
        if (Session.Variable("PSDefaultParameterValues") is not IDictionary defaults || IsDisabled(defaults))
            return all;
        foreach (DictionaryEntry one in defaults)
        {
            // A script block may do anything, such as ask for a password: not for a Tab.
            if (Unwrap(one.Value) is not (null or ScriptBlock) && Split($"{one.Key}") is var (commands, parameters)
                && commands.IsMatch(command))
                AddMissing(all, Parameters.Where(parameters.IsMatch), one.Value);
        }
        return all;
    }

    private static void AddMissing(Hashtable all, IEnumerable<string> names, object? value)
    {
        foreach (var name in names.Where(name => !all.ContainsKey(name)))
            all[name] = value;
    }

    private static (WildcardPattern Commands, WildcardPattern Parameters)? Split(string key)
    {
        var colon = key.LastIndexOf(':');
        return colon < 1 ? null : (Pattern(key[..colon]), Pattern(key[(colon + 1)..]));
    }

    private static WildcardPattern Pattern(string text) =>
        WildcardPattern.Get(text.Trim().Trim('\'', '"'), WildcardOptions.IgnoreCase);

    private static bool IsDisabled(IDictionary defaults) =>
        defaults.Contains("Disabled") && LanguagePrimitives.IsTrue(defaults["Disabled"]);

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
