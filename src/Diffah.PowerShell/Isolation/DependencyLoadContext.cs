using System.Reflection;
using System.Runtime.Loader;

namespace Diffah.PowerShell.Isolation;

/// <summary>
/// Loads the assemblies of the module's dependencies folder apart from everybody else's, so that another module's
/// version of the same library does no harm. It is asked only for what the default context does not find.
/// </summary>
/// <param name="folder">Absolute path of the folder; need not exist.</param>
internal sealed class DependencyLoadContext(string folder) : AssemblyLoadContext("Diffah.Dependencies")
{
    /// <summary>Begins to answer for the default context.</summary>
    public void Attach() => Default.Resolving += Resolve;

    /// <summary>Ceases to answer; what is loaded stays loaded.</summary>
    public void Detach() => Default.Resolving -= Resolve;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) => Load(name);
}
