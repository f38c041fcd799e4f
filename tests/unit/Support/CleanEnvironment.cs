using System.Runtime.CompilerServices;

namespace Diffah.Tests.Support;

/// <summary>
/// What Diffah takes from its environment is not for the tests to inherit: neither their process has it, nor the
/// processes that it starts. Language and time zone stay as they are, for no test may depend on them.
/// </summary>
internal static class CleanEnvironment
{
    private const string Prefix = "DIFFAH_";

    /// <summary>
    /// Those that are for who runs the tests: where fixtures and native libraries are, and how many random cases there
    /// are; and what makes vectors anew.
    /// </summary>
    private static readonly string[] Kept =
        ["DIFFAH_FIXTURES", "DIFFAH_RANDOM_CASES", "DIFFAH_RENEW_VECTORS", "DIFFAH_LIBZSTD", "DIFFAH_LIBSODIUM"];

    /// <summary>The variables without our prefix that Diffah obeys.</summary>
    private static readonly string[] Foreign =
        ["SOURCE_DATE_EPOCH", "NO_COLOR", "CI", "REGISTRY_AUTH_FILE", "DOCKER_CONFIG", "XDG_CONFIG_HOME",
            "XDG_RUNTIME_DIR", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY",
            "CONTAINER_HOST", "CONTAINERD_ADDRESS", "CONTAINERD_NAMESPACE"];

    /// <summary>True for a variable that no test inherits.</summary>
    public static bool Clears(string name) =>
        Foreign.Contains(name) || (name.StartsWith(Prefix, StringComparison.Ordinal) && !Kept.Contains(name));

#pragma warning disable CA2255 // This is no library: nothing but the tests themselves is touched.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Clear()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(Clears))
            Environment.SetEnvironmentVariable(name, null);
    }
}
