using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Isolation;

/// <summary>What PowerShell calls when the module is imported into a session and removed from one.</summary>
public sealed class ModuleAssembly : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly Lock Gate = new();
    private static readonly DependencyLoadContext Dependencies = new(FolderOf(typeof(ModuleAssembly)));

    // Sessions of one process share the assembly: the last one to leave switches off the light.
    private static int _imports;

    /// <inheritdoc/>
    public void OnImport()
    {
        Wording.UseEverywhere(Face.PowerShell);
        lock (Gate)
        {
            if (_imports++ == 0)
                Dependencies.Attach();
        }
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (Gate)
        {
            if (_imports > 0 && --_imports == 0)
                Dependencies.Detach();
        }
    }

    private static string FolderOf(Type type) =>
        Path.Combine(Path.GetDirectoryName(type.Assembly.Location)!, "dependencies");
}
