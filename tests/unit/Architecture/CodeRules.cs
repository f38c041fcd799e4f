using Mono.Cecil;

namespace Diffah.Tests.Architecture;

/// <summary>What an engine without a host, a console or a current directory does not do.</summary>
internal static class CodeRules
{
    private static readonly HashSet<string> HostMembers =
    [
        "System.Environment::get_CurrentDirectory()", "System.Environment::set_CurrentDirectory(System.String)",
        "System.IO.Directory::GetCurrentDirectory()", "System.IO.Directory::SetCurrentDirectory(System.String)",
        "System.IO.Path::GetFullPath(System.String)", "System.Environment::Exit(System.Int32)",
    ];

    private static readonly string[] NativeMembers =
    [
        "System.Runtime.InteropServices.NativeLibrary::",
        "System.Runtime.InteropServices.Marshal::GetDelegateForFunctionPointer",
    ];

    /// <summary>Calls that lean on the host: its console, its current directory.</summary>
    public static IEnumerable<string> HostUses(AssemblyScan scan) =>
        from call in scan.Calls
        let called = Name(call)
        where call.Called.DeclaringType.FullName == "System.Console" || HostMembers.Contains(called)
        select $"{call.Caller.FullName} calls {called}";

    /// <summary>
    /// Methods of native libraries, and those that look for such libraries by themselves or call what they found by its
    /// address.
    /// </summary>
    public static IEnumerable<string> NativeCode(AssemblyScan scan) =>
        scan.Methods.Where(m => m.IsPInvokeImpl)
            .Concat(scan.Calls.Where(c => NativeMembers.Any(Name(c).StartsWith)).Select(c => c.Caller))
            .Concat(
                scan.AddressCalls.Where(c => c.Convention is not MethodCallingConvention.Default).Select(c => c.Caller))
            .Select(m => m.FullName).Distinct();

    /// <summary>Types of strangers in what others see.</summary>
    public static IEnumerable<string> Strangers(AssemblyScan scan, params string[] friends) =>
        (from use in scan.PublicSignatures
         let home = TypeReferences.AssemblyOf(use.Used)
         where !IsPlatform(home) && !friends.Contains(home)
         select $"{use.User.FullName} shows {use.Used.FullName} of {home}").Distinct();

    /// <summary>True for an assembly of .NET itself.</summary>
    public static bool IsPlatform(string assembly) =>
        assembly is "System" or "mscorlib" or "netstandard" or "Microsoft.Win32.Primitives"
        || (assembly.StartsWith("System.", StringComparison.Ordinal) && assembly != "System.CommandLine"
            && assembly != "System.Management.Automation");

    private static string Name(Call call) =>
        $"{call.Called.DeclaringType.FullName}::{call.Called.Name}({string.Join(',', call.Called.Parameters.Select(p => p.ParameterType.FullName))})";
}
